"""A Django site with its admin, in one file: python3 django_site.py PORT FOLDER [session-csrf]

Its users are user00, user01, ... with the password "secret of NAME", all of them staff. A login, a refused login and a
log-out are one line each in its output. Below /control/ is what a test does at the server itself.
"""

import os
import sys

PORT, FOLDER, SESSION_CSRF = sys.argv[1], sys.argv[2], "session-csrf" in sys.argv[3:]
USERS = 20

from django.conf import settings

settings.configure(
    SECRET_KEY=os.urandom(16).hex(),
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.path.join(FOLDER, "django.sqlite3"),
            "OPTIONS": {"timeout": 30},
        }
    },
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    STATIC_URL="static/",
    LOGIN_URL="/admin/login/",
    SESSION_COOKIE_AGE=3600,
    CSRF_USE_SESSIONS=SESSION_CSRF,
)

import django

django.setup()

from django.contrib import admin
from django.contrib.auth import signals
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import call_command, execute_from_command_line
from django.core.servers.basehttp import WSGIServer
from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.urls import path
from django.views.decorators.csrf import csrf_exempt


def log(text):
    print(text, flush=True)


def logged_in(sender, user, **more):
    log(f"login successful user={user.username}")


def refused(sender, credentials, **more):
    log(f"login refused user={credentials.get('username')}")


def logged_out(sender, user, **more):
    if user:
        log(f"logout user={user.username}")


signals.user_logged_in.connect(logged_in)
signals.user_logged_out.connect(logged_out)
signals.user_login_failed.connect(refused)


@login_required
def data(request):
    """Responds with the caller's name. Before a POST, the middleware checks the CSRF token."""
    text = request.body.decode() if request.method == "POST" else ""
    log(f"{request.method} data user={request.user.username}")
    return HttpResponse(f"{request.method} {request.user.username}{text}", content_type="text/plain")


@login_required
def rotate(request):
    """What Django does to its CSRF token at a login of the same browser in another window."""
    rotate_token(request)
    return HttpResponse("rotated", content_type="text/plain")


@csrf_exempt
def end_sessions(request):
    return HttpResponse(str(Session.objects.all().delete()[0]), content_type="text/plain")


def ready(request):
    return HttpResponse("ready", content_type="text/plain")


urlpatterns = [
    path("admin/", admin.site.urls),
    path("data", data),
    path("rotate", rotate),
    path("control/end-sessions", end_sessions),
    path("control/ready", ready),
]

if __name__ == "__main__":
    WSGIServer.request_queue_size = 200  # Ten is less than a test connects at once.
    call_command("migrate", verbosity=0)
    for number in range(USERS):
        name = f"user{number:02d}"
        if not User.objects.filter(username=name).exists():
            User.objects.create_superuser(name, f"{name}@example.org", f"secret of {name}")
    execute_from_command_line([sys.argv[0], "runserver", "--noreload", f"127.0.0.1:{PORT}"])
