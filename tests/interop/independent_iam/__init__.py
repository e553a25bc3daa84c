"""A second opinion on access: read off the templates, and answered by an evaluator that is not ours.

Nothing here is shared with `pipeline-dsl/src/proof/`: the templates are resolved by `cloudformation.py`, what the resources are is
in `world.py`, the requests are in `needed_*.py` and `forbidden_*.py`, and `evaluator.py` asks `@cloud-copilot/iam-simulate`.
"""
