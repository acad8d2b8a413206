"""Messages to browsers that are not open: asked for in each browser, sealed for it, sent by the worker."""
