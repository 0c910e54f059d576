#!/opt/python/bin/python
"""`valkey-cli ping`, for an image that has the server's program only."""

import os
import sys

import redis

client = redis.Redis(password=os.environ.get("REDISCLI_AUTH"))
sys.stdout.write("PONG\n" if client.ping() else "")
