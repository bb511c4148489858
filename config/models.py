from config.held.models import HeldForm as HeldForm
from config.ops.models import BackupProof as BackupProof
from config.ops.models import ErrorCount as ErrorCount
