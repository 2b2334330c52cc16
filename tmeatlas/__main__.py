"""The program, as `python -m tmeatlas`; its commands are in the room `shell`."""

from tmeatlas.shell import main

if __name__ == "__main__":
    main()
