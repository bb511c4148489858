"""What of this package is not exported (`accounts.portability.schema`)."""

from accounts.portability.schema import NotExported, register
from config.held.models import HeldForm

register(HeldForm)(NotExported)
