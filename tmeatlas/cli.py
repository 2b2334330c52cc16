"""The program `tmeatlas`; its commands are in the room `shell`."""

from tmeatlas.shell import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
