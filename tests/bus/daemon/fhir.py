# SPDX-License-Identifier: GPL-2.0-or-later
"""The structure of a FHIR R4 Bundle of Observations, as far as Calcifer writes one: for each type its elements with
their cardinality and kind, as https://hl7.org/fhir/R4 has them, the value sets that are required, the invariants that
concern it, and what platform the codes are from."""

import math
import re

DATE = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
TIME = r"T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)"

PRIMITIVES = {
    "string": r"[ \r\n\t\S]+",
    "code": r"[^\s]+(\s[^\s]+)*",
    "uri": r"\S+",
    "dateTime": rf"{DATE}|\d{{4}}-\d\d-\d\d{TIME}",
}

# element: (least, most, kind); None: as many as there are.
TYPES = {
    "Bundle": {"resourceType": (1, 1, "string"), "type": (1, 1, "code"), "entry": (0, None, "Entry")},
    "Entry": {"fullUrl": (1, 1, "uri"), "resource": (1, 1, "Observation")},
    "Observation": {"resourceType": (1, 1, "string"), "status": (1, 1, "code"), "category": (0, None, "CodeableConcept"),
                    "code": (1, 1, "CodeableConcept"), "effectiveDateTime": (0, 1, "dateTime"),
                    "valueQuantity": (0, 1, "Quantity"), "note": (0, None, "Annotation")},
    "CodeableConcept": {"coding": (0, None, "Coding"), "text": (0, 1, "string")},
    "Coding": {"system": (0, 1, "uri"), "code": (0, 1, "code"), "display": (0, 1, "string")},
    "Quantity": {"value": (0, 1, "decimal"), "unit": (0, 1, "string"), "system": (0, 1, "uri"), "code": (0, 1, "code")},
    "Annotation": {"text": (1, 1, "string")},
}

# https://hl7.org/fhir/R4/valueset-bundle-type.html and valueset-observation-status.html, both required.
REQUIRED = {
    ("Bundle", "type"): {"document", "message", "transaction", "transaction-response", "batch", "batch-response",
                         "history", "searchset", "collection"},
    ("Observation", "status"): {"registered", "preliminary", "final", "amended", "corrected", "cancelled",
                                "entered-in-error", "unknown"},
}
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
CATEGORIES = {"social-history", "vital-signs", "imaging", "laboratory", "procedure", "survey", "exam", "therapy",
              "activity"}
UCUM = "http://unitsofmeasure.org"
PGHD = "http://hl7.org/fhir/uv/phr/CodeSystem/observation-pghd-codes"

# What Calcifer says, with its unit in UCUM and its category.
CODES = {
    ("http://loinc.org", "62292-8"): ("ng/mL", "laboratory"),
    (PGHD, "dietaryVitaminD"): ("ug", "social-history"),
    (PGHD, "timeInDaylight"): ("min", "social-history"),
    (PGHD, "uvExposure"): ("1", "social-history"),
}


def check_primitive(value, kind, where):
    if kind == "decimal":
        assert isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value), where
        return
    assert isinstance(value, str) and re.fullmatch(PRIMITIVES[kind], value), f"{where}: {value!r} is no {kind}"


def check_element(value, kind, where):
    if kind in TYPES:
        check_type(value, kind, where)
    else:
        check_primitive(value, kind, where)


def check_type(value, name, where):
    """Each element is known, there as often as it may be, and not empty (ele-1)."""
    assert isinstance(value, dict) and value, f"{where} is no object, or an empty one"
    elements = TYPES[name]
    assert set(value) <= set(elements), f"{where}: there is no {set(value) - set(elements)}"
    for element, (least, most, kind) in elements.items():
        found = value.get(element, [])
        several = most is None
        values = found if several else [found] if element in value else []
        assert isinstance(values, list) and (not several or element not in value or values), f"{where}.{element}: no list"
        assert len(values) >= least, f"{where}.{element} is missing"
        for each in values:
            check_element(each, kind, f"{where}.{element}")
            allowed = REQUIRED.get((name, element))
            assert allowed is None or each in allowed, f"{where}.{element}: {each} is not in its value set"
    assert name != "Quantity" or "code" not in value or "system" in value, f"{where}: qty-3"


def check_meaning(observation):
    coding = observation["code"]["coding"][0]
    unit, category = CODES[coding["system"], coding["code"]]
    quantity = observation["valueQuantity"]
    assert (quantity["system"], quantity["code"], quantity["unit"]) == (UCUM, unit, unit), quantity
    said = observation["category"][0]["coding"][0]
    assert (said["system"], said["code"]) == (CATEGORY, category) and category in CATEGORIES, said
    assert quantity["value"] >= 0, quantity


def check_bundle(bundle):
    """An AssertionError says what is wrong."""
    check_type(bundle, "Bundle", "Bundle")
    entries = bundle.get("entry", [])
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    urls = [entry["fullUrl"] for entry in entries]
    assert len(set(urls)) == len(urls), "bdl-7: a fullUrl stands twice"
    for entry in entries:
        assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", entry["fullUrl"]), entry["fullUrl"]
        assert entry["resource"]["resourceType"] == "Observation"
        check_meaning(entry["resource"])
