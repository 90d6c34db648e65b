"""One metric of one job, as JSON, from a backend that answers in plain text: with the Flask original."""
import os

import requests
from apikit import APIFlask, BackendError, raise_from_response
from flask import jsonify, request

BACKEND = os.environ["BACKEND"]
TIMEOUT_SECONDS = 10

app = APIFlask(
    name="uservice-mymicroservice",
    version="0.0.1",
    repository="https://github.com/sqre-lsst/uservice-mymicroservice",
    description="My delightful microservice",
    auth={"type": "basic", "data": {"username": "", "password": ""}},
)
# The same bytes as everybody else's.
app.config["JSONIFY_PRETTYPRINT_REGULAR"] = False
# One for all, as its users have it; connections are kept, one for each thread.
session = requests.Session()


@app.errorhandler(BackendError)
def told(error):
    response = jsonify(error.to_dict())
    response.status_code = error.status_code
    if error.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="mymicroservice"'
    return response


@app.route("/")
def healthy():
    return "OK", 200, {"Content-Type": "text/plain"}


@app.route("/<jobname>/<metric>")
def value(jobname, metric):
    caller = request.authorization
    if caller is None:
        raise BackendError("Unauthorized", 401, "This needs Basic authentication.")
    return jsonify(jobname=jobname, metric=metric, value=asked(jobname, metric, caller))


def asked(jobname, metric, caller):
    try:
        response = session.get(
            BACKEND + "/api",
            params={"job": jobname, "metric": metric},
            auth=(caller.username.encode(), caller.password.encode()),
            timeout=TIMEOUT_SECONDS,
        )
    except requests.Timeout:
        raise BackendError("Gateway Timeout", 504, "The backend did not answer in time.")
    except requests.ConnectionError:
        raise BackendError("Bad Gateway", 502, "The backend cannot be reached.")
    raise_from_response(response)
    return response.text
