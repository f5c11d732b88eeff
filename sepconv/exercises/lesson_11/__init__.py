"""Lesson 11: MobileNet, audited. Its table rebuilt, its printed numbers counted again."""
