"""One function for each thing a person does, one transaction inside it; no request and no socket here."""
