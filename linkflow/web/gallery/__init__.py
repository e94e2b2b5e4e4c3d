"""A gallery of whatever an organization's customers can be shown, made from samples: no database, no real person.

`every` lists the samples, `documents` renders them. The command, the check and the portal's page all start there.
"""
