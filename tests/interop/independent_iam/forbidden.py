"""Everything that must be denied, by where it is read."""

from . import forbidden_at_home, forbidden_builds, forbidden_deployments, forbidden_elsewhere, forbidden_misuse, forbidden_services, forbidden_uploads

MODULES = {
    "elsewhere": forbidden_elsewhere,
    "at home": forbidden_at_home,
    "deployments": forbidden_deployments,
    "builds": forbidden_builds,
    "services": forbidden_services,
    "misuse": forbidden_misuse,
    "uploads": forbidden_uploads,
}


def requests(make, world, needs, said, kinds=tuple(MODULES)):
    for kind in kinds:
        # Tokens of others are what the program says; everything else is the opposite of what is needed.
        yield from MODULES[kind].forbidden(make, world, said if kind == "uploads" else needs)
