def is_valid(value: str) -> bool:
    return False
