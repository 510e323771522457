"""Expands a receipt, a record and every word with a JSON-LD processor, and compares: `python3 tests/jsonld/expand.py`.

`python3 tests/jsonld/expand.py --write` writes the expansions that are compared; read the difference. It needs PyLD,
which `.ci/jsonld` installs.
"""

import json
import pathlib
import sys

from pyld import jsonld

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTEXT = json.loads((ROOT / "schemas/context.jsonld").read_text("utf-8"))["@context"]
PUBLISHED = {
    namespace: set(json.loads((ROOT / "tests/vocabularies/dpv.json").read_text("utf-8"))["terms"][vocabulary])
    for namespace, vocabulary in (
        ("https://w3id.org/dpv/legal/eu/gdpr#", "dpv_eu_gdpr"),
        ("https://w3id.org/dpv/pd#", "dpv_pd"),
        ("https://w3id.org/dpv#", "dpv"),
    )
}
ELSEWHERE = ("http://purl.org/dc/terms/", "http://www.w3.org/2001/XMLSchema#")


def no_network(url, options):
    raise RuntimeError(f"asked for {url}")


jsonld.set_document_loader(no_network)


def expanded(document, what):
    return jsonld.expand({"@context": CONTEXT, "@type": what} | document)


def iris(node):
    """Every IRI that stands for a term: properties, types, and values that are no literals."""
    if isinstance(node, list):
        for item in node:
            yield from iris(item)
    elif isinstance(node, dict):
        yield from node.get("@type", []) if isinstance(node.get("@type"), list) else filter(None, [node.get("@type")])
        if set(node) == {"@id"}:
            yield node["@id"]
        for name, value in node.items():
            if not name.startswith("@"):
                yield name
                yield from iris(value)


def check_terms(name, document):
    found = 0
    for iri in iris(document):
        namespace = next((known for known in PUBLISHED if iri.startswith(known)), None)
        if namespace:
            found += 1
            assert iri.removeprefix(namespace) in PUBLISHED[namespace], f"{name}: {iri} is not published"
        elif not iri.startswith(ELSEWHERE):
            assert ":" in iri and not iri.startswith("dpv:"), f"{name}: {iri} is no absolute IRI"
    assert found, f"{name} has no term of DPV"


def check_words():
    """Each word, where a receipt has it, becomes an absolute IRI of DPV."""
    processing, party = CONTEXT["purposes"]["@context"], CONTEXT["party_identification"]["@context"]
    kinds = processing["collection_method"]["@context"]
    places = [
        ("purpose", processing["purpose"]["@context"], lambda word: {"purposes": [{"purpose": word}]}),
        ("lawful_basis", processing["lawful_basis"]["@context"], lambda word: {"purposes": [{"lawful_basis": word}]}),
        ("pii_type", processing["pii_type"]["@context"],
         lambda word: {"purposes": [{"pii_information": [{"pii_type": word}]}]}),
        ("party_type", {word: iri for word, iri in party.items() if word in kinds},
         lambda word: {"party_identification": [{"party_type": word}]}),
    ]
    words = 0
    for field, terms, document in places:
        for word, compact in terms.items():
            prefix, term = compact.split(":")
            inner = document(word)
            inner = {"pii_processing": inner} if "purposes" in inner else inner
            found = list(iris(expanded(inner, "dpv:ConsentReceipt")))
            assert CONTEXT[prefix] + term in found, f"{field} {word} expands to {found}"
            words += 1
    return words


def main():
    documents = {
        "receipt": ("tests/receipts/promotion.json", "dpv:ConsentReceipt"),
        "record": ("tests/jsonld/record.json", "dpv:ConsentRecord"),
    }
    for name, (path, what) in documents.items():
        found = expanded(json.loads((ROOT / path).read_text("utf-8")), what)
        check_terms(name, found)
        quads = jsonld.to_rdf(found, {"format": "application/n-quads"})
        assert len(quads.splitlines()) > 10, f"{name} says little as RDF"
        kept = ROOT / f"tests/jsonld/{name}.expanded.json"
        text = json.dumps(found, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        if "--write" in sys.argv:
            kept.write_text(text, "utf-8")
        assert kept.read_text("utf-8") == text, f"{kept} differs: run with --write and read the difference"
    export = {
        "subject": "5ab1ec70-0000-4000-8000-000000000001",
        "exported_at": "2026-01-08T12:00:00Z",
        "events": [{"type": "erased"}],
    }
    for field, (path, _) in {"record": documents["record"], "receipts": documents["receipt"]}.items():
        export[field] = json.loads((ROOT / path).read_text("utf-8"))
    export["receipts"] = [export["receipts"]]
    found = expanded(export, "dpv:ConsentRecord")
    check_terms("export", found)
    [of_record] = found[0]["https://w3id.org/dpv#hasRecordOfActivity"]
    assert len(of_record["https://w3id.org/dpv#hasConsentStatus"]) == 3
    print(f"{len(documents) + 1} documents and {check_words()} words expand to published terms")


if __name__ == "__main__":
    main()
