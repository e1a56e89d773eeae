from hypothesis import settings

# How long an example takes says something of the machine, not of the code.
settings.register_profile("platform", deadline=None)
settings.load_profile("platform")
