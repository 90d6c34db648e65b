package io.apikit.auth.contract;

import io.apikit.auth.LoginStore;

class InMemoryLoginStoreContractTest extends LoginStoreContract {
    private final LoginStore store = LoginStore.inMemory();

    @Override
    protected LoginStore open() {
        return store;
    }
}
