"""JupyterHub alone, without servers of its users: each password is "secret of NAME"."""

import os

from jupyterhub.auth import Authenticator
from jupyterhub.spawner import SimpleLocalProcessSpawner

FOLDER = os.environ["HUB_FOLDER"]


class SecretOfName(Authenticator):
    async def authenticate(self, handler, data):
        name = data["username"]
        return name if data["password"] == f"secret of {name}" else None


c = get_config()  # noqa: F821
c.JupyterHub.authenticator_class = SecretOfName
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = SimpleLocalProcessSpawner
c.JupyterHub.bind_url = "http://127.0.0.1:" + os.environ["HUB_PORT"]
c.JupyterHub.hub_port = int(os.environ["HUB_INNER_PORT"])
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:" + os.environ["HUB_PROXY_PORT"]
c.ConfigurableHTTPProxy.command = ["node", os.environ["HUB_PROXY_SCRIPT"]]
c.ConfigurableHTTPProxy.pid_file = os.path.join(FOLDER, "proxy.pid")
c.JupyterHub.db_url = "sqlite:///" + os.path.join(FOLDER, "hub.sqlite")
c.JupyterHub.cookie_secret_file = os.path.join(FOLDER, "cookie_secret")
