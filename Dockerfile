FROM python:3.13-slim AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1

# requirements-semantic.lock has the model of meanings besides: docker build --build-arg LOCK=requirements-semantic.lock
ARG LOCK=requirements.lock
WORKDIR /src
RUN python -m venv /opt/venv
COPY requirements*.lock ./
RUN /opt/venv/bin/python -m pip install --require-hashes --requirement "$LOCK"
COPY . ./
RUN /opt/venv/bin/python -m pip install --no-build-isolation --no-deps .
# A fifth of the image was never used: large word lists (we read the small ones), locales for guessing the language
# of an address, and pip, which Datasette asks for to install plug-ins. Bytecode stays: nothing can write it later.
# What can no longer be imported shall fail now, and not at night.
RUN find /opt/venv \( -path "*/wordfreq/data/large_*" -o -path "*/babel/locale-data/*" \) -delete \
    && /opt/venv/bin/python -m pip uninstall --yes setuptools pip \
    && /opt/venv/bin/python -c "import monitor.daemon, monitor.poll, monitor.read, monitor.archive.serve, datasette.app" \
    && /opt/venv/bin/monitor --version


FROM python:3.13-slim

LABEL org.opencontainers.image.title="monitor" \
      org.opencontainers.image.description="A self-hosted news monitor: give it an article, and it alerts you to new coverage of the subject and says why." \
      org.opencontainers.image.licenses="Apache-2.0"

RUN groupadd --gid 10001 monitor \
    && useradd --no-log-init --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin monitor \
    && install -d -o 10001 -g 10001 /data

COPY --from=build /opt/venv /opt/venv
# Defaults: mount your own over them.
COPY config /app/config
COPY seeds /app/seeds

ENV MONITOR_ARCHIVE__PATH=/data/monitor.db \
    PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

WORKDIR /app
USER 10001:10001
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["monitor", "health"]
ENTRYPOINT ["monitor"]
CMD ["run"]
