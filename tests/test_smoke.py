def test_an_unknown_address_has_a_page(client):
    assert client.get("/nowhere").status_code == 404
