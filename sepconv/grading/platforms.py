"""How learning platforms name what they export: who handed it in, and when."""

import re

_FORMS = {
    # mod/assign/classes/downloader.php: NAME has no underscore; blind marking calls everybody "Participant".
    "Moodle": re.compile(r"(?P<name>[^_]+)_(?P<id>\d{1,20})_assignsubmission_(?P<upload>).*"),
    # lib/content_zipper.rb, lib/anonymity.rb: NAME has no blank; UPLOAD grows with each upload.
    "Canvas": re.compile(
        r"(LATE_)?(?P<name>[^\s.-]+?)(_LATE)?_(?P<id>\d{1,20}|(?<=anon_)\w{5})_(?P<upload>\d{3,18})_.+"
    ),
}


def account_in(parts):
    """Return where in a path the first name of a platform's form stands, the platform, and the match, or None for it."""
    found = (
        (at, name, form.fullmatch(part)) for at, part in enumerate(parts) for name, form in _FORMS.items()
    )
    return next((one for one in found if one[2]), (0, "", None))
