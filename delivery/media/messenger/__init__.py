"""What the messengers share in which customers are asked and answer, Telegram and WhatsApp: views, buttons, news."""
