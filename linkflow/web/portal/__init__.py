"""The portal: where the organization's people ask companies for their books and read what came."""
