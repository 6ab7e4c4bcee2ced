"""Collections in Milvus: the fields of a row, and calls that fail with one clear line."""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, cast

from pymilvus import DataType, MilvusClient, MilvusException

from embeddings.encoder import FloatArray
from qa.addresses import is_lite, lite_file, server_of
from qa.errors import IndexStateError

__all__ = ["MOST_TERMS", "Collection", "Row"]

# number, generation, source, day, vector, words, bigrams, terms: see `_create`.
Row = dict[str, Any]

MOST_TERMS = 4096  # what an array may hold; a passage of 256 tokens has some 1,000
_PAGE = 10_000  # rows that one query of numbers returns; Milvus allows 16,384
_SECONDS = 60
_LOGGERS = ("pymilvus", "milvus_lite", "grpc._server")


def _connect(address: str) -> MilvusClient:
    for name in _LOGGERS:  # they log what they raise, with tracebacks
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    if is_lite(address):
        return MilvusClient(str(lite_file(address)))
    server, database = server_of(address)
    token = os.environ.get("MILVUS_TOKEN", "")
    return MilvusClient(server, token=token, db_name=database, timeout=_SECONDS)


@contextmanager
def _telling(address: str) -> Iterator[None]:
    try:
        yield
    except MilvusException as error:
        reason = " ".join(str(error.message).split())
        more = "no other program may have the file open" if is_lite(address) else "see that the server runs"
        raise IndexStateError(
            f"{address}: {reason}; {more}; `wenbao repair` makes a lost store anew"
        ) from error


class Collection:
    """A collection of passages. Raises IndexStateError where Milvus does not do what it is asked."""

    def __init__(self, address: str, name: str) -> None:
        self._address = address
        self._name = name
        with _telling(address):
            self._client = _connect(address)

    def create(self, dimension: int) -> None:
        """Make the collection, which must not be there, and its indexes."""
        with _telling(self._address):
            schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
            schema.add_field("number", DataType.INT64, is_primary=True)
            schema.add_field("generation", DataType.INT64)
            schema.add_field("source", DataType.VARCHAR, max_length=65_535)
            schema.add_field("day", DataType.INT64)
            schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
            schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
            schema.add_field("bigrams", DataType.SPARSE_FLOAT_VECTOR)
            schema.add_field("terms", DataType.ARRAY, element_type=DataType.INT64, max_capacity=MOST_TERMS)
            indexes = self._client.prepare_index_params()
            # What AUTOINDEX is, and so memory and recall, is set on the server: docs/scaling.md.
            indexes.add_index("vector", index_type="AUTOINDEX", metric_type="IP")
            for field in ("words", "bigrams"):
                indexes.add_index(field, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
            if not is_lite(self._address):  # Lite compares all rows
                for field in ("generation", "source", "day", "terms"):
                    indexes.add_index(field, index_type="INVERTED")
            self._client.create_collection(
                self._name, schema=schema, index_params=indexes, consistency_level="Strong"
            )

    def load(self) -> None:
        """Make the collection ready to be searched; Lite forgets that it was when its process ends."""
        with _telling(self._address):
            self._client.load_collection(self._name)

    def upsert(self, rows: Sequence[Row]) -> None:
        """Put rows, in place of any of the same number."""
        with _telling(self._address):
            self._client.upsert(self._name, list(rows))

    def delete(self, expression: str) -> None:
        """Delete the rows that satisfy an expression."""
        with _telling(self._address):
            self._client.delete(self._name, filter=expression)

    def search(
        self, field: str, vector: FloatArray | Mapping[int, float], top_k: int, expression: str
    ) -> list[tuple[int, float]]:
        """Return (number, inner product) of the best rows that satisfy an expression, best first."""
        with _telling(self._address):
            (hits,) = self._client.search(
                self._name,
                [vector],
                anns_field=field,
                limit=top_k,
                filter=expression,
                output_fields=["number"],
                search_params={"metric_type": "IP"},
                consistency_level="Strong",
            )
        return [(int(hit["number"]), float(hit["distance"])) for hit in hits]

    def values(self, numbers: Sequence[int], field: str) -> dict[int, Any]:
        """Return one field of rows by number; those that are not there are left out."""
        with _telling(self._address):
            rows = self._client.get(
                self._name,
                [int(number) for number in numbers],
                output_fields=["number", field],
                consistency_level="Strong",
            )
        return {int(row["number"]): row[field] for row in rows}

    def count(self, expression: str) -> int:
        """Return the number of rows that satisfy an expression."""
        with _telling(self._address):
            rows = self._client.query(
                self._name, filter=expression, output_fields=["count(*)"], consistency_level="Strong"
            )
        return int(rows[0]["count(*)"])

    def numbers(self, expression: str) -> list[int]:
        """Return the numbers of all rows that satisfy an expression, in no order."""
        with _telling(self._address):
            pages = self._client.query_iterator(
                self._name,
                batch_size=_PAGE,
                filter=expression,
                output_fields=["number"],
                consistency_level="Strong",
            )
            found: list[int] = []
            while page := cast("list[Row]", pages.next()):
                found += [int(row["number"]) for row in page]
            pages.close()
        return found

    def siblings(self, prefix: str) -> list[str]:
        """Return the names of all collections that begin so."""
        with _telling(self._address):
            return [name for name in self._client.list_collections() if name.startswith(prefix)]

    def drop(self, name: str) -> None:
        """Delete a collection."""
        with _telling(self._address):
            self._client.drop_collection(name)

    def close(self) -> None:
        """Let go of the connection."""
        with suppress(MilvusException):
            self._client.close()
