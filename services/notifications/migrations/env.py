from services.notifications.models import Base
from shared.database.migrations import run_env

run_env(Base.metadata)
