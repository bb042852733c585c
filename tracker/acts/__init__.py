"""The verbs: what people and the worker do, one file per noun. A verb takes the actor and ``now`` and never commits."""
