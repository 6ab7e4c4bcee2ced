# 问报 wenbao for an office: docs/operations.md tells how to run it.
FROM python:3.12-slim

WORKDIR /opt/wenbao
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY embeddings embeddings
COPY eval eval
COPY qa qa
COPY ui ui
# What of the extras of pyproject.toml goes in too: "[milvus]", "[llm,metrics]"; none if not told.
ARG EXTRAS=""
# torch for the CPU: the other build brings gigabytes of CUDA, and the default path never imports it.
RUN pip install --no-cache-dir --constraint constraints.txt \
    --extra-index-url https://download.pytorch.org/whl/cpu ".${EXTRAS}"

# The index, the feedback and the users are in the volume; the pages to index are mounted where you like.
RUN useradd --create-home --uid 10001 wenbao && mkdir /data && chown wenbao:wenbao /data
USER wenbao
WORKDIR /home/wenbao
VOLUME /data
ENV WENBAO_INDEX=/data/index \
    WENBAO_USERS=/data/users.json \
    PYTHONUNBUFFERED=1
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/healthz', timeout=4)"]
# No shell in between: the server gets the signal to stop itself, and answers what was asked before it ends.
ENTRYPOINT ["wenbao"]
CMD ["chat", "--host", "0.0.0.0", "--feedback", "/data/feedback.sqlite", "--access-log", "-"]
