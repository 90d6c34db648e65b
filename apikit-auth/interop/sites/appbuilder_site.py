"""A Flask-AppBuilder application, the base of Superset, in one file: python3 appbuilder_site.py PORT FOLDER SECRET CSRF_SECONDS

Its users are user00, user01, ... with the password "secret of NAME". A login, a refused login and a log-out are one
line each in its output. Its session is a cookie that SECRET signs, and a CSRF token is good for CSRF_SECONDS.
"""

import os
import sys

PORT, FOLDER, SECRET, CSRF_SECONDS = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
USERS = 20

from flask import Flask, Response, request
from flask_appbuilder import AppBuilder, BaseView, expose, has_access
from flask_appbuilder.api import BaseApi, protect, safe
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_appbuilder.utils.legacy import get_sqla_class
from flask_login import current_user, user_logged_out
from flask_wtf.csrf import CSRFProtect, generate_csrf


def log(text):
    print(text, flush=True)


class Security(SecurityManager):
    def auth_user_db(self, username, password):
        user = super().auth_user_db(username, password)
        log(f"login {'successful' if user else 'refused'} user={username}")
        return user


@user_logged_out.connect
def logged_out(sender, user, **more):
    log(f"logout user={user.username}")


class Data(BaseView):
    """Responds with the caller's name. Before a POST, Flask-WTF checks the CSRF token."""

    route_base = "/data"
    default_view = "show"

    @expose("/", methods=["GET"])
    @has_access
    def show(self):
        return Response(f"GET {current_user.username}", mimetype="text/plain")

    @expose("/", methods=["POST"])
    @has_access
    def change(self):
        log(f"POST data user={current_user.username}")
        return Response(f"POST {current_user.username}{request.get_data(as_text=True)}", mimetype="text/plain")


class Api(BaseApi):
    """As Superset's: a browser's session opens it, and its CSRF token is had from it."""

    resource_name = "security"

    @expose("/csrf_token/", methods=["GET"])
    @protect(allow_browser_login=True)
    @safe
    def csrf_token(self):
        return self.response(200, result=generate_csrf())

    @expose("/whoami", methods=["GET", "POST"])
    @protect(allow_browser_login=True)
    @safe
    def whoami(self):
        return self.response(200, result=current_user.username)


app = Flask(__name__)
app.config.update(
    SECRET_KEY=SECRET,
    SQLALCHEMY_DATABASE_URI="sqlite:///" + os.path.join(FOLDER, "appbuilder.sqlite3"),
    WTF_CSRF_ENABLED=True,
    WTF_CSRF_TIME_LIMIT=CSRF_SECONDS,
    FAB_PASSWORD_HASH_METHOD="pbkdf2:sha256:1000",
    AUTH_RATE_LIMITED=False,
)
CSRFProtect(app)
with app.app_context():
    db = get_sqla_class()(app)
    appbuilder = AppBuilder(app, db.session, security_manager_class=Security)
    appbuilder.add_view_no_menu(Data)
    appbuilder.add_api(Api)
    admin = appbuilder.sm.find_role("Admin")
    for number in range(USERS):
        name = f"user{number:02d}"
        if not appbuilder.sm.find_user(name):
            appbuilder.sm.add_user(name, "Alice", "Liddell", f"{name}@example.org", admin, f"secret of {name}")


@app.get("/ready")
def ready():
    return "ready"


if __name__ == "__main__":
    app.run("127.0.0.1", PORT, threaded=True)
