"""
A Django project of one file with djangorestframework and simplejwt as Debian packs them, for tests to send requests to.
Its first argument is JSON: `{"SIMPLE_JWT": {...}, "apps": [...]}`, in which a lifetime is a number of seconds. It prints
its port, and serves until it is ended.
"""
import datetime
import json
import logging
import sys
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.conf import settings

# Each refusal would be told, and what it crashes of.
logging.disable(logging.CRITICAL)
given = json.loads(sys.argv[1])
simple_jwt = {
    name: datetime.timedelta(seconds=value) if name.endswith("_LIFETIME") or name == "LEEWAY" else value
    for name, value in given["SIMPLE_JWT"].items()
}
if "AUTH_TOKEN_CLASSES" in simple_jwt:
    simple_jwt["AUTH_TOKEN_CLASSES"] = tuple(
        f"rest_framework_simplejwt.tokens.{name}" for name in simple_jwt["AUTH_TOKEN_CLASSES"]
    )
settings.configure(
    SECRET_KEY="a key of Django's own",
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    # Passwords are not what is compared, and the standard hasher takes half a second.
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.staticfiles",
        "rest_framework",
        *given.get("apps", []),
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    LOGGING_CONFIG=None,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    STATIC_URL="/static/",
    SIMPLE_JWT=simple_jwt,
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework import permissions  # noqa: E402
from rest_framework.authentication import (  # noqa: E402
    BaseAuthentication,
    BasicAuthentication,
    SessionAuthentication,
)
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402
from rest_framework_simplejwt import authentication, views  # noqa: E402


class CookieAuthentication(BaseAuthentication):
    """Takes the text of the cookie for the user, to show how Django reads cookies."""

    def authenticate(self, request):
        text = request.COOKIES.get("jwt")
        return (User(username=text), None) if text else None

    def authenticate_header(self, request):
        return 'JWT realm="api"'


def guarded(chain, *allowed):
    class Guarded(APIView):
        authentication_classes = chain
        permission_classes = allowed

        def get(self, request):
            return Response({"user": request.user.username})

        post = get

    return Guarded.as_view()


jwt = authentication.JWTAuthentication
signed_in = permissions.IsAuthenticated
urlpatterns = [
    path("api/token/", views.token_obtain_pair),
    path("api/token/refresh/", views.token_refresh),
    path("api/token/verify/", views.token_verify),
    path("api/token/blacklist/", views.token_blacklist),
    path("api/sliding/", views.token_obtain_sliding),
    path("api/sliding/refresh/", views.token_refresh_sliding),
    path("me", guarded([jwt], signed_in)),
    path("any", guarded([jwt], permissions.AllowAny)),
    path("admin", guarded([jwt], permissions.IsAdminUser)),
    path("read", guarded([jwt], permissions.IsAuthenticatedOrReadOnly)),
    path("stateless", guarded([authentication.JWTStatelessUserAuthentication], signed_in)),
    path("basic", guarded([BasicAuthentication], signed_in)),
    path("basic-then-jwt", guarded([BasicAuthentication, jwt], signed_in)),
    path("session-then-jwt", guarded([SessionAuthentication, jwt], signed_in)),
    path("jwt-then-session", guarded([jwt, SessionAuthentication], signed_in)),
    path("nobody", guarded([], signed_in)),
    path("cookie", guarded([CookieAuthentication], signed_in)),
]


class Handler(WSGIRequestHandler):
    def get_environ(self):
        environ = super().get_environ()
        # wsgiref takes a request without a type for text/plain; servers that are used do not.
        environ["CONTENT_TYPE"] = self.headers.get("content-type") or ""
        return environ

    def log_message(self, *_):
        pass


call_command("migrate", verbosity=0)
User.objects.create_user("jo", password="pass")
User.objects.create_user("gone", password="pass", is_active=False)
User.objects.create_user("boss", password="pass", is_staff=True)
User.objects.create_user("7", password="pass")
User.objects.create_user("\u00e9", password="\u00fc:x")
server = make_server("127.0.0.1", 0, get_wsgi_application(), WSGIServer, Handler)
print(server.server_port, flush=True)
server.serve_forever()
