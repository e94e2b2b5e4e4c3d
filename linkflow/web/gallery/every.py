"""The one list of samples: what an organization's customers and users can be shown, by subject."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from linkflow.organization_model import Organization
from linkflow.web.gallery import (
    access,
    beginning,
    consent,
    customer_mails,
    entities,
    files,
    leaving,
    off_ramps,
    sharing,
    software,
    user_mails,
)
from linkflow.web.gallery.sample import Sample
from linkflow.web.gallery.scene import Scene

SUBJECTS: Mapping[str, Callable[[Scene], Iterator[Sample]]] = MappingProxyType(
    {
        "link": beginning.samples,
        "entities": entities.samples,
        "software": software.samples,
        "consent": consent.samples,
        "shared": sharing.samples,
        "file": files.samples,
        "leaving": leaving.samples,
        "access": access.samples,
        "off-ramps": off_ramps.samples,
        "customer-mails": customer_mails.samples,
        "user-mails": user_mails.samples,
    }
)
"""The samples of each subject, in the order of a journey; an organization's switches decide which there are."""


def names(organization: Organization, language: str) -> Mapping[str, tuple[str, ...]]:
    """What the samples of an organization are called, by subject."""
    found = samples(Scene(organization=organization, language=language))
    return {subject: tuple(one.name for one in made) for subject, made in found.items()}


def samples(scene: Scene) -> Mapping[str, tuple[Sample, ...]]:
    """All samples, by subject; subjects of which there are none are left out."""
    found = {subject: tuple(make(scene)) for subject, make in SUBJECTS.items()}
    return {subject: made for subject, made in found.items() if made}
