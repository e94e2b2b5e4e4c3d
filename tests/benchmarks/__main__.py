"""`make bench`: every benchmark in turn."""

from tests.benchmarks import companies, pages, pulls, results, spend, workbooks


def main() -> None:
    """Print each figure and write them all."""
    figures = [*pages.measure(), *companies.measure(), *spend.measure(), *pulls.measure(), *workbooks.measure()]
    for figure in figures:
        print(figure)
    print(f"Written to {results.write(figures)}")


if __name__ == "__main__":
    main()
