"""Several people write in one page at the same time, over a WebSocket at /live/pages/<number>."""
