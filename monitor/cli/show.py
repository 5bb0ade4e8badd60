"""`monitor archive` and `monitor demo`: opening the archive, and seeing it all work."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.cli.common import exit_with_error, load_settings_to_look, with_config


@click.command(name="archive")
@with_config
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
def archive_command(folder: Path, host: str, port: int) -> None:
    """Open the archive in Datasette, ready set up."""
    from monitor.archive import ArchiveError
    from monitor.archive.serve import become_datasette

    settings = load_settings_to_look(folder)
    try:
        become_datasette(settings.archive_path, folder / "datasette.yaml", host, port)
    except ArchiveError as error:
        exit_with_error(str(error))


@click.command(name="demo")
@click.option(
    "--seeds",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default="seeds",
    show_default=True,
    help="Folder of seeds to watch for.",
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default="demo-data",
    show_default=True,
    help="Where the demo writes its settings and its archive; emptied first.",
)
@click.option("--serve", is_flag=True, help="Leave the archive open in Datasette afterwards.")
def demo_command(seeds: Path, folder: Path, serve: bool) -> None:
    """Run the whole pipeline on a sample newsroom served from this machine: no network, no accounts."""
    from monitor.demo.show import run_demo

    run_demo(seeds, folder)
    if serve:
        from monitor.archive.serve import become_datasette

        config = folder / "config"
        become_datasette(folder / "data" / "monitor.db", config / "datasette.yaml", "127.0.0.1", 8001)
