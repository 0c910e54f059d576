"""The report: what a period says to one reader, as a page, a PDF, a spreadsheet and a letter.

`facts` reads, `content` puts into words, and one `ReportDocument` is what every form is made of.
"""
