"""Companies that carry messages, played by this machine: each speaks its protocol and keeps what it took.

They run beside tests and, as `python -m tests.fakes.twilio --port 8027`, beside a demo. They know nothing of Plumb.
"""
