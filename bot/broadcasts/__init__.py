"""Breaking items, from an editor's words to the last report.

Words become an item (item), a draft with its preview (drafting), and after the decisions on it (control)
what is owed to each reader (feeding); what is out can still change (revising); report tells how far it is.
"""
