from operations.requirements import write_requirements


def test_the_requirements_files_are_what_the_lock_says() -> None:
    assert write_requirements(check=True) == []
