"""Which one customer does a vendor mean (A16)."""

import pytest

from services.auth.rules import whom
from services.auth.rules.whom import CustomerAmbiguous
from shared.errors import NotFound


def test_the_only_one_is_meant() -> None:
    assert whom.decide(["cus_1"]) == "cus_1"


def test_nobody_is_not_found() -> None:
    with pytest.raises(NotFound):
        whom.decide([])


@pytest.mark.feature("A16")
def test_of_several_never_the_first() -> None:
    with pytest.raises(CustomerAmbiguous) as refused:
        whom.decide(["cus_1", "cus_2"])
    assert refused.value.params == {"customers": "cus_1, cus_2"}
