"""Starts Minka and the servers that it needs: `python -m config.launcher --help`.

    demo     everything, with the invented demo, until Ctrl-C
    run      one command with a database and a broker to talk to
    reset    delete the demo's data

Where DATABASE_URL or REDIS_URL is set, that server is used and no embedded one is started in its place.
Tests start the whole product with `config.launcher.product.Product`. Nothing here imports Django.
"""
