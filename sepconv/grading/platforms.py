"""How learning platforms name what they export: who handed it in, and when."""

import re
from collections import namedtuple

_FORMS = {
    # mod/assign/classes/downloader.php: NAME has no underscore; blind marking calls everybody "Participant".
    "Moodle": re.compile(r"(?s)(?P<name>[^_]+)_(?P<id>\d{1,20})_assignsubmission_(?P<upload>).*"),
    # lib/content_zipper.rb, lib/anonymity.rb: NAME has no blank; UPLOAD grows with each upload.
    "Canvas": re.compile(
        r"(?s)(LATE_)?(?P<name>[^\s.-]+?)(_LATE)?_(?P<id>\d{1,20}|(?<=anon_)\w{5})_(?P<upload>\d{3,18})_.+"
    ),
}
Account = namedtuple("Account", "platform id name upload", defaults=("", "", "", 0))


def account_in(part) -> Account:
    """Return the account that the name of a file or folder is made of; without one its platform is empty."""
    for platform, form in _FORMS.items():
        if match := form.fullmatch(part):
            return Account(platform, match["id"], match["name"], int(match["upload"] or 0))
    return Account()
