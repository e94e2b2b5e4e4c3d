"""The languages of customer pages and mails: their messages, their catalogues, and pages read in them."""
