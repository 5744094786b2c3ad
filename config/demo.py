"""The invented demo."""


def load_demo() -> list[str]:
    """Placeholder until the demo is written."""
    return []
