"""Holds the linked form of receipts to the guide and to DPV, as a JSON-LD processor and a SHACL validator see it.

`python3 tests/jsonld/expand.py --write` writes the expansion that is compared; read the difference. It needs PyLD, rdflib
and pySHACL, which `.ci/jsonld` installs. Nothing is fetched: every document has its context in it.
"""

import json
import pathlib
import sys

import pyshacl
from pyld import jsonld
from rdflib import RDF, RDFS, SKOS, BNode, Graph, Literal, Namespace, URIRef

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTEXT = json.loads((ROOT / "schemas/context.jsonld").read_text("utf-8"))["@context"]
PUBLISHED = json.loads((ROOT / "tests/vocabularies/dpv.json").read_text("utf-8"))
SHAPES = Graph().parse(ROOT / "tests/jsonld/shapes.ttl")
SH = Namespace("http://www.w3.org/ns/shacl#")
DPV = Namespace("https://w3id.org/dpv#")
OURS = "tag:dynamoi.com,2026:privacy:"
# Vocabularies that are not DPV's; what is used of them is little enough to read here.
ELSEWHERE = {
    "http://purl.org/dc/terms/": "conformsTo created description hasPart identifier issued language title",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "type value",
    "http://www.w3.org/2000/01/rdf-schema#": "Class subClassOf",
    "http://www.w3.org/2004/02/skos/core#": "Concept ConceptScheme broadMatch broader definition exactMatch inScheme "
    "narrowMatch notation prefLabel relatedMatch",
    "http://www.w3.org/ns/dcat#": "Dataset",
    "https://schema.org/": "ContactPoint PostalAddress address contactPoint description email streetAddress telephone url",
}
NAMESPACES = {
    "https://w3id.org/dpv/legal/eu/gdpr#": set(PUBLISHED["terms"]["dpv_eu_gdpr"]),
    "https://w3id.org/dpv/pd#": set(PUBLISHED["terms"]["dpv_pd"]),
    "https://w3id.org/dpv/loc#": set(PUBLISHED["locations"]),
    "https://w3id.org/dpv/schema/dpv-27560#": set(PUBLISHED["profiles"]),
    "https://w3id.org/dpv#": set(PUBLISHED["terms"]["dpv"]),
} | {namespace: set(terms.split()) for namespace, terms in ELSEWHERE.items()}
# Ids, places in the web of the samples and of the systems' terms, and the name of the receipt's schema.
NAMES_OF_THINGS = ("urn:uuid:", "https://", OURS + "1.0:")
# What a process, a record or a party may have and need not: its absence is no mistake.
OPTIONAL = {"hasDataSource", "hasAuthority", "telephone", "email", "description", "url"}


def no_network(url, options):
    raise RuntimeError(f"asked for {url}")


jsonld.set_document_loader(no_network)


def read(path):
    return json.loads((ROOT / path).read_text("utf-8"))


def graph(document):
    return Graph().parse(data=jsonld.to_rdf(document, {"format": "application/n-quads"}), format="nquads")


def full(compact):
    prefix, name = compact.split(":")
    namespace = {"dpv": "https://w3id.org/dpv#", "pd": "https://w3id.org/dpv/pd#",
                 "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#"}[prefix]
    return URIRef(namespace + name)


def ontology():
    """What is under what: of DPV as published, and of the policy's own words."""
    known = Graph()
    for term, above in PUBLISHED["under"].items():
        for one in above:
            known.add((full(term), RDFS.subClassOf, full(one)))
    for place in PUBLISHED["locations"]:
        known.add((URIRef("https://w3id.org/dpv/loc#" + place), RDF.type, DPV.Location))
    words = graph(read("schemas/vocabulary.jsonld"))
    return known + words, words


KNOWN, WORDS = ontology()
RANGES = {full(name): {full(of) for of in classes} for name, classes in PUBLISHED["ranges"].items()}


def above(terms):
    """The terms, and all that they are under."""
    found, todo = set(), list(terms)
    while todo:
        term = todo.pop()
        if term not in found:
            found.add(term)
            todo += KNOWN.objects(term, RDFS.subClassOf)
            todo += KNOWN.objects(term, RDF.type)
    return found


def unpublished(data):
    """Terms that no vocabulary has."""
    for node in {node for triple in data for node in triple if isinstance(node, URIRef)}:
        iri = str(node)
        namespace = next((known for known in NAMESPACES if iri.startswith(known)), None)
        if namespace is None:
            is_word = iri.startswith(OURS) and (node, None, None) in WORDS
            if not is_word and not iri.startswith(NAMES_OF_THINGS):
                yield f"{iri} is of no known vocabulary"
        elif iri.removeprefix(namespace) not in NAMESPACES[namespace]:
            yield f"{iri} is not published"


def out_of_range(data):
    """Values that are not what the property is published to have."""
    for subject, name, value in data:
        if name not in RANGES:
            continue
        classes = set() if isinstance(value, Literal) else {value, *data.objects(value, RDF.type)}
        if not above(classes) & RANGES[name]:
            yield f"{name.removeprefix(DPV)} has a value outside of its range"


def widened(data):
    """Purposes and data that are not named by the policy's own words: a broader term would be a wider consent."""
    for subject, _, value in data.triples((None, DPV.hasPurpose, None)):
        if not value.startswith(OURS + "purpose:"):
            yield f"a purpose is {value}"
    for subject, _, value in data.triples((None, DPV.hasPersonalData, None)):
        if not any(of.startswith(OURS + "category:") for of in data.objects(value, SKOS.broader)):
            yield "personal data is of no category of the policy"


def against_the_guide(data):
    _, report, _ = pyshacl.validate(data, shacl_graph=SHAPES, ont_graph=KNOWN, inference="none", advanced=True)
    for result in report.subjects(RDF.type, SH.ValidationResult):
        # What is wrong within a path of a shape is said by the shape.
        yield str(report.value(result, SH.resultMessage))


def mistakes(data):
    checks = (unpublished, out_of_range, widened, against_the_guide)
    return sorted({mistake for check in checks for mistake in check(data)})


def check_linked():
    """Every receipt that the tests keep is valid, and is not if it lacks anything that the guide demands."""
    names = sorted(path.stem for path in (ROOT / "tests/receipts").glob("*.jsonld"))
    assert {"promotion", "narrowed", "refused", "withdrawn", "expired"} == set(names), names
    for name in names:
        data = graph(read(f"tests/receipts/{name}.jsonld"))
        assert not mistakes(data), f"{name}: {mistakes(data)}"
    assert not (ROOT / "tests/receipts/contract.jsonld").exists(), "what stands on a contract is no consent receipt"
    for name in ("export", "export-erased"):
        found = mistakes(graph(read(f"tests/jsonld/{name}.jsonld")))
        assert not found, f"{name}: {found}"
    return len(names) + 2


def check_damaged():
    """Each property that a valid receipt loses, and each thing that must not be said, is found."""
    whole = graph(read("tests/receipts/promotion.jsonld"))
    damaged = 0
    for name in sorted(set(whole.predicates()) - {RDF.type}):
        last = name.split("#")[-1].split("/")[-1]
        without = Graph()
        for triple in whole:
            if triple[1] != name:
                without.add(triple)
        # One within a party or a status is found as well where it is gone from one of them alone.
        found = mistakes(without)
        assert bool(found) != (last in OPTIONAL), f"without {last}: {found}"
        damaged += 1
    [record] = whole.objects(None, DPV.hasRecordOfActivity)
    [process] = whole.objects(None, DPV.hasProcess)
    refused = BNode()
    wrong = {
        "8.5.1": [(refused, RDF.type, DPV.ConsentRefused), (refused, RDF.type, DPV.ExpressedConsent)]
        + [(refused, name, value) for status in list(whole.objects(record, DPV.hasConsentStatus))[:1]
           for name, value in whole.predicate_objects(status) if name != RDF.type]
        + [(record, DPV.hasConsentStatus, refused)],
        "9.2": [(subject, DPV.hasConsentStatus, refused) for subject in whole.subjects(RDF.type, DPV.ConsentReceipt)],
        "a purpose is https://w3id.org/dpv#Marketing": [(process, DPV.hasPurpose, DPV.Marketing)],
        "personal data is of no": [(process, DPV.hasPersonalData, DPV.PersonalData)],
        "hasRight has": [(process, DPV.hasRight, Literal("https://dynamoi.example/rights"))],
        "hasLocation has": [(process, DPV.hasLocation, URIRef("https://w3id.org/dpv/loc#Germany"))],
        "https://w3id.org/dpv#hasNothing is not": [(process, DPV.hasNothing, record)],
    }
    for expected, triples in wrong.items():
        more = Graph() + whole
        for triple in triples:
            more.add(triple)
        assert any(found.startswith(expected) for found in mistakes(more)), f"{expected}: {mistakes(more)}"
        damaged += 1
    return damaged


def check_plain():
    """Under the context a plain receipt says what it surely means, with the policy's own words, and no more."""
    document = read("tests/receipts/promotion.json")
    expanded = jsonld.expand({"@context": CONTEXT} | document)
    kept = ROOT / "tests/jsonld/receipt.expanded.json"
    text = json.dumps(expanded, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    if "--write" in sys.argv:
        kept.write_text(text, "utf-8")
    assert kept.read_text("utf-8") == text, f"{kept} differs: run with --write and read the difference"
    words = 0
    places = {
        "purpose": lambda word: {"purpose": word},
        "basis": lambda word: {"lawful_basis": word},
        "category": lambda word: {"pii_information": [{"pii_type": word}]},
    }
    for word in sorted(WORDS.subjects(SKOS.notation)):
        _, _, rest = word.partition(OURS)
        list_of, _, name = rest.partition(":")
        if list_of in places:
            found = graph({"@context": CONTEXT, "pii_processing": {"purposes": [places[list_of](name)]}})
            assert word in set(found.objects()), f"{word} is not what {name} expands to"
            words += 1
    for name in ("promotion", "refused", "contract"):
        plain = read(f"tests/receipts/{name}.json")
        for data in (plain, {"subject": plain["pii_principal_id"], "exported_at": "2026-01-08T12:00:00Z", "receipts": [plain]}):
            data = graph({"@context": CONTEXT} | data)
            wrong = [*unpublished(data), *widened(data)]
            assert not wrong, f"{name}: {wrong}"
            said = {str(node) for triple in data for node in triple}
            assert not any("Consent" in node.removeprefix(DPV) for node in said), f"{name} says what became of a consent"
    return words


def check_vocabulary():
    """Each word has a class, a label, a definition and a mapping, and every term that it is mapped to is published."""
    wrong = list(unpublished(WORDS))
    assert not wrong, wrong
    words = set(WORDS.subjects(SKOS.notation))
    for word in words:
        for name in (RDF.type, SKOS.prefLabel, SKOS.definition, SKOS.inScheme):
            assert (word, name, None) in WORDS, f"{word} has no {name}"
        assert any(WORDS.objects(word, SKOS.exactMatch)) or any(WORDS.objects(word, SKOS.broadMatch)), word
    return len(words)


def main():
    print(f"{check_linked()} documents are as the guide has them, {check_damaged()} damaged ones are not; "
          f"{check_plain()} of {check_vocabulary()} words stand in plain receipts")


if __name__ == "__main__":
    main()
