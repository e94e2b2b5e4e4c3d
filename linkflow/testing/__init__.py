"""What an organization needs to test its own linkflow in a browser: the processes, the pages, the mailbox.

It stands on pytest and Playwright, which the tests bring. With `pytest_plugins = ("linkflow.testing.plugin",)` in the
top conftest a whole test is:

    from linkflow.testing.pages import Customer
    from linkflow.testing.portal_pages import Portal

    def test_our_customer_shares_the_books(page, linkflow_site):
        asked = linkflow_site.ask("financials", organization="northbank", company="Abra Kebabra Ltd")
        customer = Customer(page)
        customer.open(asked.link)
        customer.start()
        customer.connect(email="owner@example.com")
        linkflow_site.wait_until_read(asked)
        portal = Portal(page, linkflow_site.account("northbank"))
        portal.open_company(asked.company_id)
        assert portal.table("Profit and loss by month, Abra Kebabra Ltd").rows
"""
