# A backend behind a login, for gunicorn: python3 -m gunicorn --worker-class gthread --keep-alive 2 backend:respond
import itertools
import threading

numbers = itertools.count(1)
tokens = set()
posts = []
lock = threading.Lock()


def content(method, path, token):
    with lock:
        if path == "/ready":
            return "200 OK", "ready"
        if path == "/posts":
            return "200 OK", "\n".join(posts)
        if path == "/expire":
            tokens.clear()
            return "200 OK", "expired"
        if path == "/login":
            latest = "token-%d" % next(numbers)
            tokens.add(latest)
            return "200 OK", latest
        if method == "POST" and token in tokens:
            posts.append(path)
        return ("200 OK", "data") if token in tokens else ("401 Unauthorized", "no login")


def respond(environ, start):
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    status, text = content(environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("HTTP_X_TOKEN"))
    body = text.encode()
    start(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
