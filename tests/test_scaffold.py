from django.core.management import call_command


def test_django_finds_nothing_wrong() -> None:
    call_command("check", fail_level="WARNING")
