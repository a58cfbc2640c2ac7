"""What a sentence for people must tell, however it is worded."""


def assert_tells(error: BaseException | str, *facts: str) -> None:
    """The error or its sentence has all `facts` in it: what is wrong, file, value, next step."""
    missing = [fact for fact in facts if fact not in str(error)]
    assert not missing, f"{missing} not in: {error}"
