"""Tags other apps use to show what people say."""
