# linkflow in production: web pages by default, `worker` and `db upgrade` as other commands of the same image.
FROM python:3.11-slim-bookworm AS build
RUN python -m venv /build && /build/bin/pip install --no-cache-dir uv==0.13.9
WORKDIR /source
COPY pyproject.toml uv.lock README.md LICENSE ./
COPY linkflow linkflow
COPY templates templates
COPY static static
COPY config config
ENV UV_PROJECT_ENVIRONMENT=/opt/linkflow UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN /build/bin/uv sync --locked --no-dev --no-editable

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/linkflow --create-home linkflow
COPY --from=build /opt/linkflow /opt/linkflow
ENV PATH=/opt/linkflow/bin:$PATH PYTHONUNBUFFERED=1
USER linkflow
WORKDIR /var/lib/linkflow
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/live', timeout=2)"]
ENTRYPOINT ["linkflow"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
