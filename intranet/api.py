"""The REST API: one NinjaAPI, the apps' routers named in `settings.API_ROUTERS`."""

from ninja import NinjaAPI

api = NinjaAPI(title="Loikka", version="1.0.0", urls_namespace="api")
