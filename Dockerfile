# syntax=docker/dockerfile:1
# Two images: `web` is everything that holds the database, `node` is a grading machine, which has no Django and no driver.
#   docker build --target web -t gradus-web .        docker build --target node -t gradus-node .

FROM node:22-bookworm-slim AS front-end
WORKDIR /build/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY frontend ./
RUN mkdir -p ../courseplatform/static && node build.mjs


FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PATH=/opt/gradus/venv/bin:$PATH
# The sandboxed students read the interpreter and the libraries: nothing below /opt/gradus may be private.
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin gradus && python -m venv /opt/gradus/venv
WORKDIR /opt/gradus/app
COPY pyproject.toml constraints.txt ./


FROM base AS web
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
        > /tmp/requirements.txt \
    && pip install -r /tmp/requirements.txt -c constraints.txt
COPY manage.py ./
COPY scripts/compile_messages.py scripts/
COPY locale locale
COPY graders graders
COPY workers workers
COPY courses courses
COPY courseplatform courseplatform
COPY content content
COPY --from=front-end /build/courseplatform/static/built courseplatform/static/built
# Static files are part of the image. The key serves this one command; the running platform must be given its own.
RUN python scripts/compile_messages.py \
    && SECRET_KEY=only-to-collect-static-files python manage.py collectstatic --no-input --verbosity 0
USER gradus
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["python", "-m", "uvicorn", "courseplatform.asgi:application", "--timeout-graceful-shutdown", "3", "--no-access-log", "--host", "0.0.0.0", "--port", "8000"]


FROM base AS node
# On a machine without a GPU, PIP_OPTIONS can name an index of CPU builds of torch, which are much smaller.
ARG PIP_OPTIONS=""
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['node'], sep='\n')" \
        > /tmp/requirements.txt \
    && pip install ${PIP_OPTIONS} -r /tmp/requirements.txt -c constraints.txt
COPY graders graders
COPY workers/*.py workers/
COPY workers/node workers/node
# The outbox and the cache of bundles; the one place that a node writes to beside /tmp.
RUN install -d -o gradus -g gradus /var/lib/gradus
ENV GRADUS_VAR=/var/lib/gradus
VOLUME /var/lib/gradus
USER gradus
HEALTHCHECK --interval=30s --timeout=20s --start-period=60s CMD ["python", "-m", "workers.node.check"]
CMD ["python", "-m", "workers.node"]
