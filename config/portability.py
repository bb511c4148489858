from accounts.portability.models import ShortLivedSchema
from accounts.portability.schema import register
from config.held.models import HeldForm

# What is held for 15 minutes is not exported.
register(HeldForm)(ShortLivedSchema)
