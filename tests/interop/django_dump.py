"""People of a Django project, as `manage.py dumpdata auth.user` prints them, and the same password hashed by Werkzeug."""

import json
import sys

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="a key of the test",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    PASSWORD_HASHERS=[
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ],
    USE_TZ=True,
)
django.setup()

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.management import call_command
from werkzeug.security import generate_password_hash

password = sys.argv[1]
call_command("migrate", verbosity=0)
User.objects.create_superuser("ada", "ada@example.com", password, first_name="Ada", last_name="Lovelace")
User.objects.create(username="ben", password=make_password(password, hasher="pbkdf2_sha1"))
User.objects.create(username="cleo", password=make_password(password, hasher="md5"))
User.objects.create(username="dora", password=make_password(None))
User.objects.create(username="eve", password=make_password(password), is_active=False)
for place, method in enumerate(["pbkdf2:sha256", "pbkdf2:sha512:5000", "pbkdf2:sha1"]):
    User.objects.create(username=f"flask{place}", password=generate_password_hash(password, method=method))
call_command("dumpdata", "auth.user", stdout=sys.stdout)
