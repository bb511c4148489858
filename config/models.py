from config.held.models import HeldForm as HeldForm
