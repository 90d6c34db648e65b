package io.apikit.openapi;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;

/** An app at a free port of the loopback interface, and requests to it. */
record RunningApp(ApiApp app) implements AutoCloseable {
    static final ServiceMetadata METADATA = ServiceMetadata.builder()
            .name("uservice-test")
            .version("0.0.1")
            .repository("https://example.org/uservice-test")
            .description("A \"test\" service")
            .build();

    static RunningApp start(ApiApp.Builder builder) {
        return new RunningApp(builder.build().start("127.0.0.1", 0));
    }

    String url() {
        return "http://127.0.0.1:" + app.port();
    }

    /** Without keeping the connection: stopping the app would wait a second for an idle one. */
    RequestSpecification given() {
        return RestAssured.given().baseUri(url()).header("Connection", "close");
    }

    /** Returns the description of this app. */
    JsonPath document() {
        return given().get("/openapi.json").then().statusCode(200).extract().jsonPath();
    }

    @Override
    public void close() {
        app.stop();
    }
}
